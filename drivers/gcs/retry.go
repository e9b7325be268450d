package gcs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"google.golang.org/api/googleapi"
)

const (
	// attempts is how often a request is sent that fails for the moment: with the
	// delays for about half a minute.
	attempts = 6

	// firstDelay is that before the second attempt; it doubles with each.
	firstDelay = time.Second
)

// retry does what may be done twice, until it succeeds, fails for good or was
// tried often enough.
func (b *bucket) retry(ctx context.Context, do func() error) error {
	for attempt := 1; ; attempt++ {
		err := do()
		if err == nil {
			return nil
		}
		if err := b.again(ctx, attempt, err); err != nil {
			return err
		}
	}
}

// retried is retry for what has an answer.
func retried[T any](ctx context.Context, b *bucket, do func() (T, error)) (answer T, err error) {
	err = b.retry(ctx, func() (err error) {
		answer, err = do()
		return err
	})
	return answer, err
}

// again waits before another attempt. If there is to be none it returns the
// error of this one, counted from 1.
func (b *bucket) again(ctx context.Context, attempt int, err error) error {
	if attempt >= attempts || !passing(err) {
		return err
	}
	if ctx.Err() == nil {
		// By chance, so that those who failed together do not come back together.
		d := b.firstDelay << (attempt - 1)
		select {
		case <-time.After(d/2 + rand.N(d/2)):
			return nil
		case <-ctx.Done():
		}
	}
	if errors.Is(err, ctx.Err()) {
		return err
	}
	return fmt.Errorf("%w (%w)", err, ctx.Err())
}

// passing reports whether a request may do better another time: what "Retry
// strategy" of the Cloud Storage documentation says of statuses, and of
// connections whatever may be different with the next one.
func passing(err error) bool {
	if api, ok := errors.AsType[*googleapi.Error](err); ok {
		return passingStatus(api.Code)
	}
	if code, ok := tokenStatus(err); ok {
		return passingStatus(code)
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return dns.IsTemporary || dns.IsTimeout
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return true // refused, reset, broken
	}
	if slow, ok := errors.AsType[net.Error](err); ok && slow.Timeout() {
		return true
	}
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, errAnswer) || closedText(err.Error())
}

// closedText knows the connections that net/http finds closed by their server,
// in errors it does not export.
func closedText(text string) bool {
	return strings.Contains(text, "server closed idle connection") || strings.Contains(text, "http2: ")
}

// tokenStatus returns the status of an answer that was to be a token.
func tokenStatus(err error) (code int, ok bool) {
	token, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok || token.Response == nil {
		return 0, false
	}
	return token.Response.StatusCode, true
}

func passingStatus(code int) bool {
	return code == http.StatusRequestTimeout || code == http.StatusTooManyRequests ||
		code >= 500 && code != http.StatusNotImplemented
}
