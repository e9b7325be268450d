// Package pipeline keeps what is expensive to make, by the parameters it is made
// with. A [Step] generates its payload once for each set of parameters, stores it
// with a record that people can read, and finds it again: in another process, on
// another machine, by anyone with the same parameters.
//
//	store, err := pipeline.Open(ctx, "s3://bucket/points", nil)
//	points, err := pipeline.New(store, pipeline.Spec[Params, []float64]{
//		Name:     "gaussian_points",
//		Params:   Params{N: 100},
//		Generate: func(ctx context.Context, p Params) ([]float64, error) { ... },
//	})
//	xs, err := points.Payload(ctx) // loaded, or generated what is missing
//
// A step that needs the payload of another one names it in Spec.DependsOn; then
// the other's parameters count as its own. Using one that is not named is
// [ErrUntracked].
//
// # What is stored
//
// The payload is in <name>-<hash>.<suffix> and the record, written last, in
// <name>-<hash>.params.json: parameters, version, the steps it depends on with
// theirs, and the SHA-256 of the payload, which is compared whenever it is
// loaded. A payload without a record is not there. A payload that is generated
// again goes into a file of another name, and the record, which is replaced in
// one step, says which. FORMAT.md, "Steps of pipelines", specifies the record,
// PARAMS.md the hash.
//
// # When a payload is made anew
//
// If there is none, if it is damaged, if it is older than Spec.MaxAge, or if a
// payload that it was made from is not the same any more. If that was generated
// again and came out the same, byte for byte, it is not made anew. Changes of the
// code are not seen: change Spec.Version with it. [Step.Verify] finds out whether
// that was forgotten, [Step.Explain] says why a payload is not found.
//
// # Concurrency
//
// Everything is safe for concurrent use. Of several goroutines or processes that
// want one payload one generates it, and the others wait and load it.
//
// # Aliasing
//
// A Step holds its payload from the first use on, and hands out what it holds:
// who changes a payload changes it for all who have it from this Step. Parameters
// must not be changed once New has them, which is found out before anything is
// generated or stored ([ErrParamsChanged]).
//
// # Errors
//
// They say the operation and the step, and wrap the sentinels of this package and
// of package artifacts: ErrNotFound for a payload that is not stored, ErrCorrupt
// for one that is not what its record says.
package pipeline
