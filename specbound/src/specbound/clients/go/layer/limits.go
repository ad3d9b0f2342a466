// How long something may take, and how it is ended before that.

package client

import (
	"context"
	"fmt"
	"time"
)

// limit is a context that ends with another one, or after a time; once it has begun, only with the other.
type limit struct {
	context context.Context
	cancel  context.CancelFunc
	timer   *time.Timer
	until   time.Time
	outer   context.Context
}

func limited(outer context.Context, most time.Duration) *limit {
	inner, cancel := context.WithCancel(outer)
	until := time.Now().Add(most)
	timer := time.AfterFunc(most, cancel)
	if at, ok := outer.Deadline(); ok && at.Before(until) {
		until = at
	}
	return &limit{inner, cancel, timer, until, outer}
}

func (l *limit) begun() { l.timer.Stop() }

func (l *limit) end() {
	l.timer.Stop()
	l.cancel()
}

// allows says whether a wait ends in time.
func (l *limit) allows(wait time.Duration) bool {
	return l.context.Err() == nil && time.Now().Add(wait).Before(l.until)
}

// reason is what an error is due to: the time that is over, or itself.
func (l *limit) reason(err error) error {
	if err != nil && l.context.Err() != nil && l.outer.Err() == nil {
		return fmt.Errorf("there was none in time: %w", context.DeadlineExceeded)
	}
	return err
}
