package cli

// The formats of the command. Whoever builds a program of the library's packages
// has those that it imports.
import (
	_ "github.com/lazyscribe-go/lazyscribe/artifacts/bytes"
	_ "github.com/lazyscribe-go/lazyscribe/artifacts/csv"
	_ "github.com/lazyscribe-go/lazyscribe/artifacts/file"
	_ "github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	_ "github.com/lazyscribe-go/lazyscribe/artifacts/npz"
	_ "github.com/lazyscribe-go/lazyscribe/artifacts/parquet"
	_ "github.com/lazyscribe-go/lazyscribe/artifacts/pickle"
	_ "github.com/lazyscribe-go/lazyscribe/artifacts/png"
	_ "github.com/lazyscribe-go/lazyscribe/artifacts/yaml"
)
