package sample

import (
	"fmt"
	"os"
	"testing"
)

func TestZZ(t *testing.T) {
	m := Manifest(20000)
	fmt.Println(len(m) / 20000)
	os.MkdirAll("/tmp/bt", 0o755)
	os.WriteFile("/tmp/bt/p20k.json", m, 0o644)
	os.WriteFile("/tmp/bt/p100k.json", Manifest(100000), 0o644)
	os.WriteFile("/tmp/bt/p1k.json", Manifest(1000), 0o644)
	os.WriteFile("/tmp/bt/p2.json", Manifest(2), 0o644)
}
