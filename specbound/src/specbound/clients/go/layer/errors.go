// What a call may end with but a success: an Error. Each status and each type of problem has a type of its own.

package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// Error is every error of a call that the API, or the way there, is the reason of: errors.As finds it, and what it is.
type Error interface {
	error
	ofTheAPI()
}

// ErrNotModified is what a read with IfNoneMatch ends with where nothing has changed.
var ErrNotModified = errors.New("it has not changed")

// NoAnswerError says that there was no answer: no connection, or one that was lost. Its cause says more.
type NoAnswerError struct {
	Message string
	Cause   error
}

func (e *NoAnswerError) Error() string { return e.Message }

// Unwrap gives the cause: context.Canceled, for example.
func (e *NoAnswerError) Unwrap() error { return e.Cause }

func (e *NoAnswerError) ofTheAPI() {}

// DeadlineError says that the time for an attempt, or for a whole call with all its attempts and waits, is over.
type DeadlineError struct{ NoAnswerError }

// Unwrap gives the NoAnswerError that it is.
func (e *DeadlineError) Unwrap() error { return &e.NoAnswerError }

// Violation is one way in which a request was not what the contract describes.
type Violation struct {
	In string `json:"in"`
	// A JSON pointer (RFC 6901) into the body, or a slash and the name of the parameter.
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

// ProblemError is every answer but a success (RFC 9457). Status and Type are for programs, Detail is for people.
type ProblemError struct {
	Status   int
	Type     string
	Detail   string
	Instance string
	// What the API's own log knows this request by; empty where the answer does not say.
	RequestID  string
	Violations []Violation
	Header     http.Header
	Body       []byte
}

func (e *ProblemError) Error() string {
	lines := []string{fmt.Sprintf("%d %s", e.Status, e.Detail)}
	if e.RequestID != "" {
		lines[0] += fmt.Sprintf(" (request %s)", e.RequestID)
	}
	for _, each := range e.Violations {
		lines = append(lines, fmt.Sprintf("  %s %s: %s", each.In, each.Pointer, each.Detail))
	}
	return strings.Join(lines, "\n")
}

func (e *ProblemError) ofTheAPI() {}

// BadRequest is 400.
type BadRequest struct{ ProblemError }

// Unwrap gives the ProblemError that it is.
func (e *BadRequest) Unwrap() error { return &e.ProblemError }

// Unauthorized is 401: no token, or one that is not good.
type Unauthorized struct{ ProblemError }

// Unwrap gives the ProblemError that it is.
func (e *Unauthorized) Unwrap() error { return &e.ProblemError }

// Forbidden is 403: a token without the scope for it.
type Forbidden struct{ ProblemError }

// Unwrap gives the ProblemError that it is.
func (e *Forbidden) Unwrap() error { return &e.ProblemError }

// NotFound is 404.
type NotFound struct{ ProblemError }

// Unwrap gives the ProblemError that it is.
func (e *NotFound) Unwrap() error { return &e.ProblemError }

// Conflict is 409.
type Conflict struct{ ProblemError }

// Unwrap gives the ProblemError that it is.
func (e *Conflict) Unwrap() error { return &e.ProblemError }

// PreconditionFailed is 412: it is not what If-Match or If-None-Match says.
type PreconditionFailed struct{ ProblemError }

// Unwrap gives the ProblemError that it is.
func (e *PreconditionFailed) Unwrap() error { return &e.ProblemError }

// ContentTooLarge is 413.
type ContentTooLarge struct{ ProblemError }

// Unwrap gives the ProblemError that it is.
func (e *ContentTooLarge) Unwrap() error { return &e.ProblemError }

// UnsupportedMediaType is 415.
type UnsupportedMediaType struct{ ProblemError }

// Unwrap gives the ProblemError that it is.
func (e *UnsupportedMediaType) Unwrap() error { return &e.ProblemError }

// Unprocessable is 422.
type Unprocessable struct{ ProblemError }

// Unwrap gives the ProblemError that it is.
func (e *Unprocessable) Unwrap() error { return &e.ProblemError }

// TooManyRequests is 429.
type TooManyRequests struct{ ProblemError }

// Unwrap gives the ProblemError that it is.
func (e *TooManyRequests) Unwrap() error { return &e.ProblemError }

// ServerError is 500 and every other status above.
type ServerError struct{ ProblemError }

// Unwrap gives the ProblemError that it is.
func (e *ServerError) Unwrap() error { return &e.ProblemError }

// ServiceUnavailable is 503.
type ServiceUnavailable struct{ ServerError }

// Unwrap gives the ServerError that it is.
func (e *ServiceUnavailable) Unwrap() error { return &e.ServerError }

// What makes an error of a type of problem, if the answer has its status.
type problemType struct {
	status int
	made   func(ProblemError) Error
}

// problem is the error for this answer: of its type, if that has such a status, or else of its status.
func problem(response *http.Response, body []byte) Error {
	found := described(response, body)
	if named, ok := problemTypes[found.Type]; ok && named.status == found.Status {
		return named.made(found)
	}
	return ofStatus(found)
}

func described(response *http.Response, body []byte) ProblemError {
	// Each member by itself: one that is no text takes nothing from the others.
	var said map[string]json.RawMessage
	_ = json.Unmarshal(body, &said)
	text := func(name, otherwise string) string {
		var found string
		if json.Unmarshal(said[name], &found) != nil || found == "" {
			return otherwise
		}
		return found
	}
	var violations []Violation
	if json.Unmarshal(said["errors"], &violations) != nil {
		violations = nil
	}
	return ProblemError{
		Status: response.StatusCode,
		Type:   text("type", "about:blank"),
		// What the gateway answers by itself is {"message": …}.
		Detail:     text("detail", text("message", http.StatusText(response.StatusCode))),
		Instance:   text("instance", ""),
		RequestID:  requestIDOf(response.Header),
		Violations: violations,
		Header:     response.Header,
		Body:       body,
	}
}

func ofStatus(found ProblemError) Error {
	switch found.Status {
	case 400:
		return &BadRequest{found}
	case 401:
		return &Unauthorized{found}
	case 403:
		return &Forbidden{found}
	case 404:
		return &NotFound{found}
	case 409:
		return &Conflict{found}
	case 412:
		return &PreconditionFailed{found}
	case 413:
		return &ContentTooLarge{found}
	case 415:
		return &UnsupportedMediaType{found}
	case 422:
		return &Unprocessable{found}
	case 429:
		return &TooManyRequests{found}
	case 503:
		return &ServiceUnavailable{ServerError{found}}
	}
	if found.Status >= 500 {
		return &ServerError{found}
	}
	return &found
}
