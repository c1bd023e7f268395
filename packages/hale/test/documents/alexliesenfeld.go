// What alexliesenfeld/health answers with a check that works, one that fails and one that has not answered yet.
//
//	apt-get install golang-go golang-github-alexliesenfeld-health-dev
//	GO111MODULE=off GOPATH=/usr/share/gocode go run alexliesenfeld.go
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"time"

	"github.com/alexliesenfeld/health"
)

func main() {
	up := health.Check{Name: "database", Check: func(context.Context) error { return nil }}
	down := health.Check{Name: "search", Check: func(context.Context) error {
		return errors.New("dial tcp 127.0.0.1:9200: connect: connection refused")
	}}
	pending := health.WithPeriodicCheck(time.Hour, time.Hour, health.Check{
		Name:  "import",
		Check: func(context.Context) error { return nil },
	})
	print(health.NewChecker(health.WithCheck(up)))
	print(health.NewChecker(health.WithCheck(up), health.WithCheck(down)))
	print(health.NewChecker(health.WithCheck(up), pending))
}

func print(checker health.Checker) {
	answer := httptest.NewRecorder()
	health.NewHandler(checker).ServeHTTP(answer, httptest.NewRequest("GET", "/health", nil))
	fmt.Println(answer.Code, answer.Body.String())
}
