package cli

import (
	"context"
	"time"

	"github.com/lazyscribe-go/lazyscribe/repository"
)

// purge deletes the files of versions that expired before a time.
func (a *app) purge(ctx context.Context, before time.Time, dryRun bool) error {
	mode, verb := repository.ReadWrite, removedVerb(dryRun)
	if dryRun {
		mode = repository.ReadOnly
	}
	return a.withRepository(ctx, mode, func(r *repository.Repository) error {
		list, err := r.Purge(ctx, before, &repository.PurgeOptions{DryRun: dryRun})
		if err != nil {
			return err
		}
		l := &listing{header: []string{"action", "name", "version", "file", "size", "expiry"}}
		var bytes int64
		for _, x := range list {
			bytes += x.Size
			l.rows = append(l.rows, []any{verb, x.Name, int64(x.Version), x.FileName, knownSize(x), knownTime(x.Expiry)})
		}
		if err := a.print(l); err != nil {
			return err
		}
		a.say("%s %s of expired versions, %s", verb, plural(len(list), "file"), bytesText(bytes))
		return nil
	})
}
