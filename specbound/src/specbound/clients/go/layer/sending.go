// What sends a request until there is an answer to keep.

package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// send gives an answer that is all there: nothing of it can be lost any more. Of a success that is streamed only the
// beginning is. The error is an Error, or the caller's own.
func (c *caller) send(ctx context.Context, made *call, request *http.Request, body []byte) (outcome, error) {
	retry := made.retry.over(c.retry)
	limit := limited(ctx, retry.Deadline)
	came := c.attempts(limit, made, request, body, retry)
	if made.stream != nil && came.response != nil && isSuccess(came.response) {
		limit.begun()
		made.stream.open(came.response, limit.end)
	} else {
		limit.end()
	}
	if came.response == nil {
		return came, lost(ctx, came)
	}
	if made.answer != nil {
		header := came.response.Header
		*made.answer = Answer{came.response.StatusCode, header, requestIDOf(header), came.body}
	}
	return came, nil
}

func isSuccess(response *http.Response) bool {
	return response.StatusCode >= 200 && response.StatusCode < 300
}

func (c *caller) attempts(limit *limit, made *call, request *http.Request, body []byte, retry Retry) outcome {
	for number := 1; ; number++ {
		start := time.Now()
		came := c.attempt(limit, made, request, body, retry.Timeout)
		came.failure = limit.reason(came.failure)
		wait, again := retry.wait(number, request, came)
		if again = again && limit.allows(wait); !again {
			c.budget.earn()
		}
		again = again && c.budget.take()
		c.watch(told(request, number, came, time.Since(start), wait, again))
		if !again {
			return came
		}
		if err := sleep(limit.context, wait); err != nil {
			return outcome{failure: limit.reason(err)}
		}
	}
}

func told(request *http.Request, number int, came outcome, took, wait time.Duration, again bool) Attempt {
	found := Attempt{Method: request.Method, URL: request.URL.String(), Number: number, Duration: took, Again: again}
	if again {
		found.Wait = wait
	}
	if came.response != nil {
		found.Status, found.RequestID = came.response.StatusCode, requestIDOf(came.response.Header)
	} else if found.Err = came.failure; found.Err == nil {
		found.Err = came.final
	}
	return found
}

// attempt makes one, and with another token a second one if the API refuses the first.
func (c *caller) attempt(whole *limit, made *call, request *http.Request, body []byte, timeout time.Duration) outcome {
	limit := limited(whole.context, timeout)
	token, err := given(limit.context, c.token, "")
	came := c.tokenless(limit, err)
	if err == nil {
		came = c.once(limit, made, request, body, token)
	}
	if c.renews && came.response != nil && came.response.StatusCode == http.StatusUnauthorized {
		renewed, err := given(limit.context, c.token, token)
		if err != nil {
			came = c.tokenless(limit, err)
		} else if renewed != token {
			came = c.once(limit, made, request, body, renewed)
		}
	}
	if came.response == nil || made.stream == nil || !isSuccess(came.response) {
		limit.end()
	}
	return came
}

// tokenless is what an attempt without a token ends with: the error of the function that gives it, or the time.
func (c *caller) tokenless(limit *limit, err error) outcome {
	if limit.context.Err() != nil {
		return outcome{failure: limit.reason(err)}
	}
	return outcome{final: err}
}

func (c *caller) once(limit *limit, made *call, request *http.Request, body []byte, token string) outcome {
	ctx := context.WithValue(limit.context, signed{}, &secret{token})
	asked := request.Clone(ctx)
	if body != nil {
		asked.ContentLength = int64(len(body))
		asked.Body = io.NopCloser(bytes.NewReader(body))
		asked.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	}
	response, err := c.transport.RoundTrip(asked)
	if err != nil {
		return outcome{failure: limit.reason(err)}
	}
	if made.stream != nil && isSuccess(response) {
		limit.begun()
		return outcome{response: response}
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return outcome{failure: limit.reason(err)}
	}
	return outcome{response: response, body: content}
}

// lost is the error for a call without an answer: a DeadlineError if its time is over.
func lost(ctx context.Context, came outcome) error {
	failure := came.failure
	if failure == nil {
		failure = came.final
	}
	if err := ctx.Err(); err != nil {
		failure = err
	}
	late := errors.Is(failure, context.DeadlineExceeded)
	if came.final != nil && !late && ctx.Err() == nil {
		return came.final
	}
	found := NoAnswerError{fmt.Sprintf("There was no answer (%s).", failure), failure}
	if late {
		return &DeadlineError{found}
	}
	return &found
}

type signed struct{}

// secret is what no context shows when it is printed.
type secret struct{ token string }

// signing adds the token, innermost: whatever is around it does not see it.
type signing struct{ next http.RoundTripper }

func (s signing) RoundTrip(request *http.Request) (*http.Response, error) {
	found, _ := request.Context().Value(signed{}).(*secret)
	if found == nil || found.token == "" || request.Header.Get(contract.header) != "" {
		return s.next.RoundTrip(request)
	}
	request = request.Clone(request.Context())
	request.Header.Set(contract.header, contract.scheme+found.token)
	return s.next.RoundTrip(request)
}
