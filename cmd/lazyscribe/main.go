// Lazyscribe tracks experiments in plain files: see "lazyscribe --help".
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/cli"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/start"
	_ "github.com/lazyscribe-go/lazyscribe/drivers/azure"
	_ "github.com/lazyscribe-go/lazyscribe/drivers/gcs"
	_ "github.com/lazyscribe-go/lazyscribe/drivers/s3"
)

func main() { os.Exit(run()) }

// run ends what the command does at the first interrupt, cleanly; the second
// one ends the process.
func run() int {
	start.Done()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return cli.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)
}
