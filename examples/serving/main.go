// Command serving answers requests with the models of a repository: with the one
// that is valid now, or that was at a time.
//
//	go run ./examples/serving
//	go run ./examples/serving -repository models/repository.json
//
// While it runs, others may save versions and set expiries: it follows.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/lazyscribe-go/lazyscribe/repository"
)

func main() {
	addr := flag.String("addr", "localhost:8080", "where to listen")
	url := flag.String("repository", "", "repository of the models; default a sample in memory")
	every := flag.Duration("every", time.Second, "how often to look for new versions")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *addr, *url, *every); err != nil {
		log.Fatal(err)
	}
}

// run serves until the context ends.
func run(ctx context.Context, w io.Writer, addr, url string, every time.Duration) (err error) {
	if url == "" {
		url = "mem://serving/repository.json"
		if err := publishSample(ctx, url); err != nil {
			return err
		}
	}
	repo, err := repository.Open(ctx, url, &repository.Options{Mode: repository.ReadOnly})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, repo.Close()) }()
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	s := newServer(repo, slog.Default())
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	go s.follow(ctx, ticker.C)

	web := &http.Server{Handler: s.routes(), ReadHeaderTimeout: 5 * time.Second}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		stopped <- web.Shutdown(grace) // lets requests under way come to their end
	}()
	fmt.Fprintf(w, "try http://%s/price?x=3 and http://%[1]s/price?x=3&at=2025-01-15T00:00:00\n", listener.Addr())
	if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
