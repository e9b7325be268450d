// Protogen generates the Go code of the plugin protocol, and its descriptors,
// from plugins/proto. It needs neither protoc nor buf: it compiles the files
// itself and runs the generators whose versions this module's go.mod pins.
//
//	go run -C tools ./protogen
package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/protoutil"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"
)

const (
	source      = "../plugins/proto"
	file        = "lazyscribe/plugin/v1/handler.proto"
	module      = "github.com/lazyscribe-go/lazyscribe"
	root        = ".."
	descriptors = "../plugins/pluginpb/handler.binpb" // for languages that read descriptors at run time
	python      = "../plugins/python/lazyscribe_plugin.py"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("protogen: ")
	if err := generate(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func generate(ctx context.Context) error {
	compiler := protocompile.Compiler{
		Resolver:       protocompile.WithStandardImports(&protocompile.SourceResolver{ImportPaths: []string{source}}),
		SourceInfoMode: protocompile.SourceInfoStandard,
	}
	compiled, err := compiler.Compile(ctx, file)
	if err != nil {
		return err
	}
	described := protoutil.ProtoFromFileDescriptor(compiled[0])
	request, err := proto.Marshal(&pluginpb.CodeGeneratorRequest{
		FileToGenerate: []string{file},
		Parameter:      proto.String("module=" + module),
		ProtoFile:      []*descriptorpb.FileDescriptorProto{described},
	})
	if err != nil {
		return err
	}
	for _, generator := range []string{"protoc-gen-go", "protoc-gen-go-grpc"} {
		if err := run(ctx, generator, request); err != nil {
			return fmt.Errorf("%s: %w", generator, err)
		}
	}
	// Comments are of no use at run time.
	described = proto.CloneOf(described)
	described.SourceCodeInfo = nil
	set, err := proto.MarshalOptions{Deterministic: true}.Marshal(&descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{described}})
	if err != nil {
		return err
	}
	if err := os.WriteFile(descriptors, set, 0o644); err != nil {
		return err
	}
	return embed(set)
}

// embed puts the descriptors into the Python file, which stands alone.
func embed(set []byte) error {
	source, err := os.ReadFile(python)
	if err != nil {
		return err
	}
	before, rest, ok := bytes.Cut(source, []byte("\n_DESCRIPTORS = \"\"\"\n"))
	_, after, ok2 := bytes.Cut(rest, []byte("\"\"\"\n"))
	if !ok || !ok2 {
		return fmt.Errorf("%s: _DESCRIPTORS not found", python)
	}
	text := base64.StdEncoding.EncodeToString(set)
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s\n_DESCRIPTORS = \"\"\"\n", before)
	for line := range slices.Chunk([]byte(text), 110) {
		fmt.Fprintf(&out, "%s\n", line)
	}
	fmt.Fprintf(&out, "\"\"\"\n%s", after)
	return os.WriteFile(python, out.Bytes(), 0o644)
}

func run(ctx context.Context, generator string, request []byte) error {
	cmd := exec.CommandContext(ctx, "go", "tool", generator)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(request), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return err
	}
	var response pluginpb.CodeGeneratorResponse
	if err := proto.Unmarshal(out, &response); err != nil {
		return err
	}
	if response.Error != nil {
		return fmt.Errorf("%s", response.GetError())
	}
	for _, f := range response.File {
		path := filepath.Join(root, filepath.FromSlash(f.GetName()))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(f.GetContent()), 0o644); err != nil {
			return err
		}
	}
	return nil
}
