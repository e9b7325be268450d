package conform

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/slug"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

func checkDescription(_ context.Context, s *suite) error {
	var errs []error
	d := s.description
	if !slug.IsPlain(d.GetName()) {
		errs = append(errs, fmt.Errorf("the plugin's name is %q, want lower-case letters, digits, dashes and underscores", d.GetName()))
	}
	if len(d.GetHandlers()) == 0 {
		errs = append(errs, errors.New("it offers no handler"))
	}
	seen := map[string]bool{}
	return errors.Join(append(errs, s.each(func(h *pluginpb.HandlerInfo) error {
		if seen[h.GetAlias()] {
			return errors.New("is offered twice")
		}
		seen[h.GetAlias()] = true
		return checkHandler(h)
	}))...)
}

func checkHandler(h *pluginpb.HandlerInfo) error {
	errs := []error{artifacts.CheckFormat(artifacts.Format{Alias: h.GetAlias(), Suffix: h.GetSuffix()})}
	if len(h.GetEncodings()) == 0 {
		errs = append(errs, errors.New("takes no encoding of values"))
	}
	for _, e := range h.GetEncodings() {
		if e == pluginpb.Encoding_ENCODING_UNSPECIFIED {
			errs = append(errs, errors.New("lists ENCODING_UNSPECIFIED"))
		}
	}
	for _, e := range h.GetEnvironment() {
		errs = append(errs, artifacts.CheckEnvironmentKey(e.GetKey()))
	}
	if schema := h.GetSettingsSchema(); len(schema) > 0 {
		var object struct {
			Type string `json:"type"`
		}
		if err := json.Unmarshal(schema, &object); err != nil || object.Type != "object" {
			errs = append(errs, errors.New("the schema of its settings is not a JSON Schema of an object"))
		}
	}
	return errors.Join(errs...)
}

func checkDescribeCommand(ctx context.Context, s *suite) error {
	out, err := s.subject.command(ctx, nil, wire.ArgDescribe).Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(exit.Stderr))
	}
	if err != nil {
		return err
	}
	var printed pluginpb.DescribeResponse
	if err := protojson.Unmarshal(out, &printed); err != nil {
		return fmt.Errorf("what it prints is no DescribeResponse: %w", err)
	}
	if !proto.Equal(&printed, s.description) {
		return errors.New("it prints something else than Describe returns")
	}
	return nil
}

func checkByHand(ctx context.Context, s *suite) error {
	cmd := s.subject.command(ctx, nil)
	var stderr tail
	cmd.Stderr = &stderr
	if err := cmd.Run(); err == nil {
		return errors.New("it exits with code 0")
	} else if _, ok := errors.AsType[*exec.ExitError](err); !ok {
		return err
	}
	if !strings.Contains(stderr.String(), "lazyscribe") {
		return fmt.Errorf("it does not say on standard error that it is for lazyscribe, but %q", stderr.String())
	}
	return nil
}

func checkStable(ctx context.Context, s *suite) error {
	p, err := start(ctx, s.subject, nil)
	if err != nil {
		return err
	}
	defer p.kill()
	again, err := p.describe(ctx)
	if err != nil {
		return err
	}
	if !proto.Equal(again, s.description) {
		return errors.New("another process describes itself differently")
	}
	return nil
}
