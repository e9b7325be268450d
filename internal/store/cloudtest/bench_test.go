package cloudtest

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

// BenchmarkUpdate counts in a manifest.
func BenchmarkUpdate(b *testing.B) {
	for name, start := range servers.Kinds {
		b.Run(name, func(b *testing.B) {
			s := open(b, fresh(start(b, nil)), nil)
			for b.Loop() {
				if _, err := storetest.Increment(b.Context(), s, "project.json", nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// client returns a client of the SDK for a server.
func client(t testing.TB, server *servers.Server) *s3.Client {
	t.Helper()
	cfg, err := config.LoadDefaultConfig(context.Background(), config.WithRegion("us-east-1"))
	if err != nil {
		t.Fatal(err)
	}
	return s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.BaseEndpoint, o.UsePathStyle = aws.String(server.Endpoint()), true
	})
}
