"""The classic: a Flask service that says by hand how it is, and answers 200 whatever it says."""

from flask import Flask

app = Flask(__name__)
mood = "healthy"


@app.get("/be/<word>")
def be(word):
    global mood
    mood = word
    return word


@app.get("/health")
def health():
    if mood == "failing":
        return {"status": "unhealthy", "message": "connection to the cache refused"}
    return {"status": mood}
