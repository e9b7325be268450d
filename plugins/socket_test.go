//go:build unix

package plugins

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// TestSocket: other users cannot come near a plugin's socket, and without the
// host's certificate the plugin does not answer other programs of the same user
// either.
func TestSocket(t *testing.T) {
	for name, noTLS := range map[string]bool{"TLS": false, "no TLS": true} {
		t.Run(name, func(t *testing.T) {
			base := childtest.ShortDir(t)
			t.Setenv("XDG_RUNTIME_DIR", base)
			h, _ := newHost(t, Options{NoTLS: noTLS})
			folder, err := h.folder.Path()
			if err != nil {
				t.Fatal(err)
			}
			if info, err := os.Stat(folder); err != nil || filepath.Dir(folder) != base || info.Mode().Perm() != 0o700 {
				t.Errorf("folder %s: %v, %v", folder, info.Mode(), err)
			}
			sockets, err := filepath.Glob(filepath.Join(folder, "*", "plugin*"))
			if err != nil || len(sockets) != 1 {
				t.Fatalf("sockets %v, %v", sockets, err)
			}
			conn, err := grpc.NewClient("unix:"+sockets[0], grpc.WithTransportCredentials(insecure.NewCredentials()))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			_, err = pluginpb.NewArtifactHandlerServiceClient(conn).Describe(ctx, &pluginpb.DescribeRequest{})
			if answered := err == nil; answered != noTLS {
				t.Errorf("a stranger was answered: %v (%v)", answered, err)
			}
		})
	}
}
