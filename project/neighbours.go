package project

import (
	"context"

	"github.com/lazyscribe-go/lazyscribe/internal/neighbours"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// addNeighbours takes in what other manifests in the same folder name.
func (inv *inventory) addNeighbours(ctx context.Context, home *record.Home, files []store.Info, folders []string) error {
	claims, err := neighbours.Find(ctx, home, files, folders)
	if err != nil {
		return err
	}
	for key := range claims.Keys {
		inv.claimed[key] = true
	}
	for _, slug := range claims.Slugs {
		inv.folders[slug] = false
	}
	if claims.Blind != "" {
		inv.blind = claims.Blind
	}
	return nil
}
