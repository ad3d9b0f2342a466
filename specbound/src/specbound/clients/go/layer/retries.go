// When a request is sent again, how long to wait before that, and who is told.

package client

import (
	"context"
	"encoding/json"
	"math/rand"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Retry is up to Attempts tries, First apart and then twice as long each time, at most Longest. What is 0 is as it was.
//
// The waits have full jitter, so that many clients do not come back at the same moment. Retry-After comes on top; where
// it is longer than Longest, there is no further attempt. An attempt takes at most Timeout, and all attempts and waits
// together at most Deadline, or as long as the context of the call says.
type Retry struct {
	Attempts int
	First    time.Duration
	Longest  time.Duration
	Timeout  time.Duration
	Deadline time.Duration
}

// DefaultRetry is the policy of a client that is told none.
var DefaultRetry = Retry{5, 200 * time.Millisecond, 20 * time.Second, 30 * time.Second, 2 * time.Minute}

// Attempt is one attempt of a call, when it has ended. It holds nothing that may be secret.
type Attempt struct {
	Method, URL string
	// 1 is the first.
	Number   int
	Duration time.Duration
	// 0 if there was no answer.
	Status    int
	RequestID string
	Err       error
	// Whether there is a next attempt, and how long until then.
	Again bool
	Wait  time.Duration
}

// Budget is how often the calls of a client may be sent again, all together: an API that fails is not asked twice as
// much.
type Budget struct {
	mutex      sync.Mutex
	most, left float64
}

// NewBudget makes one, of which each answer that is kept brings back a tenth.
func NewBudget(most int) *Budget { return &Budget{most: float64(most), left: float64(most)} }

func (b *Budget) take() bool {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}

func (b *Budget) earn() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.left += 0.1; b.left > b.most {
		b.left = b.most
	}
}

// over is this policy, and the other one for what it leaves open.
func (r Retry) over(other Retry) Retry {
	if r.Attempts == 0 {
		r.Attempts = other.Attempts
	}
	for _, each := range [][2]*time.Duration{
		{&r.First, &other.First}, {&r.Longest, &other.Longest}, {&r.Timeout, &other.Timeout}, {&r.Deadline, &other.Deadline},
	} {
		if *each[0] == 0 {
			*each[0] = *each[1]
		}
	}
	return r
}

// outcome is what an attempt ended with: an answer with all of its body, a failure on the way, or an error of the
// caller's own, which is final.
type outcome struct {
	response *http.Response
	body     []byte
	failure  error
	final    error
}

// wait is how long to wait after this attempt, and false to leave it at this outcome.
func (r Retry) wait(number int, request *http.Request, came outcome) (time.Duration, bool) {
	if number >= r.Attempts || came.final != nil || !mayBeRepeated(request, came) {
		return 0, false
	}
	var asked time.Duration
	if came.response != nil {
		asked = retryAfter(came.response.Header)
	}
	if asked > r.Longest {
		return 0, false
	}
	most := r.First
	for ; number > 1 && most < r.Longest; number-- {
		most *= 2
	}
	if most > r.Longest {
		most = r.Longest
	}
	return asked + time.Duration(rand.Float64()*float64(most)), true
}

// The API can't tell whether it has done a write that came without a key.
const outcomeUnknown = "urn:problem-type:outcome-unknown"

// mayBeRepeated says whether sending it again can neither do something twice nor turn a success into an error.
func mayBeRepeated(request *http.Request, came outcome) bool {
	method, keyed := request.Method, request.Header.Get("Idempotency-Key") != ""
	safe := keyed || method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
	if came.response == nil {
		return safe
	}
	switch came.response.StatusCode {
	case http.StatusTooManyRequests:
		return true
	case http.StatusServiceUnavailable:
		var said struct{ Type string }
		_ = json.Unmarshal(came.body, &said)
		return safe || (said.Type != outcomeUnknown && method != http.MethodPost && method != http.MethodPatch)
	case http.StatusConflict: // with Retry-After: this key's first request is still running
		return keyed && came.response.Header.Get("Retry-After") != ""
	}
	return false
}

// retryAfter is the time of a Retry-After header (RFC 9110, section 10.2.3), 0 where there is none.
func retryAfter(header http.Header) time.Duration {
	said := header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(said, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(said); err == nil && time.Until(at) > 0 {
		return time.Until(at)
	}
	return 0
}

func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
