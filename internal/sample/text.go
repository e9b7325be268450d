package sample

import (
	"math"
	"strconv"
	"time"
)

// Manifest returns the text of a project of runs number 0 to n-1.
func Manifest(n int) []byte {
	var dst []byte
	for i := range n {
		dst = appendElement(dst, At(i), i, true)
		if i == 0 {
			dst = append(make([]byte, 0, (len(dst)+16)*n), dst...)
		}
	}
	return appendEnd(dst, n)
}

// AppendManifest appends the text of a project of runs. artifacts says whether
// their artifacts are in it.
func AppendManifest(dst []byte, runs []*Run, artifacts bool) []byte {
	for i, run := range runs {
		dst = appendElement(dst, run, i, artifacts)
	}
	return appendEnd(dst, len(runs))
}

func appendElement(dst []byte, run *Run, i int, artifacts bool) []byte {
	if i == 0 {
		dst = append(dst, "[\n    "...)
	} else {
		dst = append(dst, ",\n    "...)
	}
	return run.AppendRecord(dst, artifacts)
}

func appendEnd(dst []byte, n int) []byte {
	if n == 0 {
		return append(dst, "[]"...)
	}
	return append(dst, "\n]"...)
}

// AppendRecord appends the run as an element of a manifest. Everything but the
// values is fixed text, and the strings of a run need no escape sequences.
func (r *Run) AppendRecord(dst []byte, artifacts bool) []byte {
	dst = append(dst, "{\n        \"artifacts\": "...)
	if artifacts {
		dst = append(dst, "[\n            {\n                \"created_at\": \""...)
		dst = appendTime(dst, r.Created)
		dst = append(dst, "\",\n                \"expiry\": null,\n                \"fname\": \"features-"...)
		dst = r.Created.AppendFormat(dst, "20060102150405")
		dst = append(dst, ".json\",\n                \"handler\": \"json\",\n                \"name\": \"features\",\n                \"version\": 0\n            }\n        ]"...)
	} else {
		dst = append(dst, "[]"...)
	}
	dst = append(dst, ",\n        \"author\": \""+Author+"\",\n        \"created_at\": \""...)
	dst = appendTime(dst, r.Created)
	dst = append(dst, "\",\n        \"dependencies\": [],\n        \"last_updated\": \""...)
	dst = appendTime(dst, r.Created)
	dst = append(dst, "\",\n        \"last_updated_by\": \""+Author+"\",\n        \"metrics\": {\n            \"accuracy\": "...)
	dst = appendFloat(dst, r.Metrics.Accuracy)
	dst = append(dst, ",\n            \"auroc\": "...)
	dst = appendFloat(dst, r.Metrics.AUROC)
	dst = append(dst, ",\n            \"loss\": ["...)
	for i, x := range r.Metrics.Loss {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, "\n                "...)
		dst = appendFloat(dst, x)
	}
	dst = append(dst, "\n            ]\n        },\n        \"name\": \""...)
	dst = append(dst, r.Name...)
	dst = append(dst, "\",\n        \"parameters\": {\n            \"layers\": ["...)
	for i, n := range r.Layers {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, "\n                "...)
		dst = strconv.AppendInt(dst, int64(n), 10)
	}
	dst = append(dst, "\n            ],\n            \"learning_rate\": "...)
	dst = appendFloat(dst, r.LearningRate)
	dst = append(dst, ",\n            \"optimizer\": {\n                \"beta\": "...)
	dst = appendFloat(dst, r.Optimizer.Beta)
	dst = append(dst, ",\n                \"name\": \""...)
	dst = append(dst, r.Optimizer.Name...)
	dst = append(dst, "\"\n            },\n            \"seed\": "...)
	dst = strconv.AppendInt(dst, int64(r.Seed), 10)
	dst = append(dst, "\n        },\n        \"short_slug\": \""...)
	short := r.ShortSlug()
	dst = append(dst, short...)
	dst = append(dst, "\",\n        \"slug\": \""...)
	dst = append(dst, short...)
	dst = append(dst, '-')
	dst = r.Created.AppendFormat(dst, "20060102150405")
	dst = append(dst, "\",\n        \"tags\": [\n            \""...)
	dst = append(dst, r.Tags[0]...)
	dst = append(dst, "\",\n            \""...)
	dst = append(dst, r.Tags[1]...)
	dst = append(dst, "\"\n        ],\n        \"tests\": [\n            {\n                \"artifacts\": [],\n                \"description\": \""...)
	dst = append(dst, r.Test.Description...)
	dst = append(dst, "\",\n                \"metrics\": {\n                    \"auroc\": "...)
	dst = appendFloat(dst, r.Test.AUROC)
	dst = append(dst, "\n                },\n                \"name\": \""...)
	dst = append(dst, r.Test.Name...)
	return append(dst, "\",\n                \"parameters\": {}\n            }\n        ]\n    }"...)
}

func appendTime(dst []byte, t time.Time) []byte { return t.AppendFormat(dst, "2006-01-02T15:04:05") }

// appendFloat is Python's repr of x, for the sizes that occur here.
func appendFloat(dst []byte, x float64) []byte {
	if x != 0 && x < 1e-4 {
		return strconv.AppendFloat(dst, x, 'e', -1, 64)
	}
	dst = strconv.AppendFloat(dst, x, 'f', -1, 64)
	if x == math.Trunc(x) {
		dst = append(dst, ".0"...)
	}
	return dst
}
