// Package soak has no code: its tests let many processes save to one project at
// once, on every storage there is, while others read it, answers get lost and
// servers die. What was acknowledged must be there, for every later reader.
//
// By default they are short. LAZYSCRIBE_LONG=1 makes them 16 processes with 50
// saves each. LAZYSCRIBE_SERVERS=1 makes a server that is not installed a failure,
// and runs the cases with faults, which LAZYSCRIBE_LONG does too. LAZYSCRIBE_S3,
// LAZYSCRIBE_GCS and LAZYSCRIBE_AZURE add real buckets: each is the URL of a folder
// to write into, with its parameters, such as s3://bucket/tests?region=eu-west-1.
// What the tests leave there is for whoever named the folder to remove.
package soak
