// Package cloudtest tests package store and its drivers over real servers.
package cloudtest
