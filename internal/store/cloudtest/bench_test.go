package cloudtest

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

const benchSize = 1 << 30

// BenchmarkLarge sends and fetches a file of 1 GiB, beside what the SDK's own
// transfer manager makes of the same file and server. Ours also takes the
// SHA-256.
func BenchmarkLarge(b *testing.B) {
	server := servers.VersityGW(b, nil)
	name := filepath.Join(b.TempDir(), "large")
	if err := os.WriteFile(name, make([]byte, benchSize), 0o666); err != nil {
		b.Fatal(err)
	}
	s := open(b, fresh(server), nil)
	manager := transfermanager.New(client(b, server))
	n := 0
	run := func(what string, do func(b *testing.B, f *os.File, key string)) {
		b.Run(what, func(b *testing.B) {
			b.SetBytes(benchSize)
			for b.Loop() {
				f, err := os.OpenFile(name, os.O_RDONLY, 0)
				if err != nil {
					b.Fatal(err)
				}
				n++
				do(b, f, fmt.Sprint("large-", n))
				if err := f.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	last := ""
	run("up/store", func(b *testing.B, f *os.File, key string) {
		last = key
		_, err := s.Create(b.Context(), key, func(w io.Writer) error {
			_, err := io.Copy(w, f)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	})
	upload := func(b *testing.B, key string, body io.Reader) {
		_, err := manager.UploadObject(b.Context(), &transfermanager.UploadObjectInput{Bucket: &server.Bucket, Key: &key, Body: body})
		if err != nil {
			b.Fatal(err)
		}
	}
	run("up/SDK stream", func(b *testing.B, f *os.File, key string) { upload(b, key, struct{ io.Reader }{f}) })
	run("up/SDK file", func(b *testing.B, f *os.File, key string) { upload(b, key, f) })
	run("down/store", func(b *testing.B, _ *os.File, _ string) {
		f, err := s.Open(b.Context(), last)
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		if n, err := io.Copy(io.Discard, f); err != nil || n != benchSize {
			b.Fatalf("%d bytes, %v", n, err)
		}
	})
	run("down/SDK", func(b *testing.B, _ *os.File, _ string) {
		key := strings.TrimPrefix(s.URL(last), "s3://"+server.Bucket+"/")
		out, err := manager.GetObject(b.Context(), &transfermanager.GetObjectInput{Bucket: &server.Bucket, Key: &key})
		if err != nil {
			b.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, out.Body); err != nil || n != benchSize {
			b.Fatalf("%d bytes, %v", n, err)
		}
	})
}

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
