"""The classic service: it says healthy for as long as it runs, whatever has become of what it needs."""

from flask import Flask, jsonify

app = Flask(__name__)


@app.get("/")
def orders():
    return jsonify(orders=[])


@app.get("/health")
def health():
    return jsonify(status="healthy")
