package s3

import (
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

const (
	// attempts is how often a request is sent that fails for the moment, unless
	// the user says so (AWS_MAX_ATTEMPTS): the SDK's own 3 are few for a save that
	// comes after hours of work.
	attempts = 8

	// firstDelay is that before the second attempt; it doubles with each. The
	// SDK's own begins at a second, which is long where a connection broke.
	firstDelay = 100 * time.Millisecond
)

// patient returns the retryer for all requests.
func patient(o s3.Options) aws.Retryer {
	r := o.Retryer
	if o.RetryMaxAttempts == 0 {
		r = retry.AddWithMaxAttempts(r, attempts)
	}
	if v2, ok := r.(aws.RetryerV2); ok {
		return delayed{v2}
	}
	return r
}

// delayed has delays of its own.
type delayed struct{ aws.RetryerV2 }

// RetryDelay returns the delay after an attempt, counted from 1, by chance
// between its half and the whole.
func (delayed) RetryDelay(attempt int, _ error) (time.Duration, error) {
	d := firstDelay << min(attempt-1, attempts)
	return d/2 + rand.N(d/2), nil
}

// retryMore has the SDK repeat what the store's own writes may run into: another
// write of the same key that is being done, and, where objects are files, a
// folder that another writer is just removing.
func retryMore(o *s3.Options) {
	o.Retryer = retry.AddWithErrorCodes(o.Retryer, "ConditionalRequestConflict", "OperationAborted", "ExistingObjectIsDirectory")
}
