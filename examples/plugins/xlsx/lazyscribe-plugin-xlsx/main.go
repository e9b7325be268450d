// Lazyscribe-plugin-xlsx lets lazyscribe write and read tables of text as Excel
// workbooks of one sheet. It is a module of its own, so that the library for the
// format is no dependency of lazyscribe's.
//
//	go build -o lazyscribe-plugin-xlsx/ ./lazyscribe-plugin-xlsx
//	lazyscribe plugin trust ./lazyscribe-plugin-xlsx/lazyscribe-plugin-xlsx
package main

import "github.com/lazyscribe-go/lazyscribe/plugins/sdk"

const version = "1.0.0"

func main() { serve() }

func serve() { sdk.Serve("xlsx", version, handler) }
