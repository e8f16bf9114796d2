// SPDX-License-Identifier: BSD-3-Clause

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"io"

	"github.com/libp2p/go-libp2p/core/network"
)

// exchangeProtocol: the opener sends a u64 big endian size and as many bytes; the other side answers their SHA-256, as many bytes of
// its own, and their SHA-256.
const exchangeProtocol = "/troupe-interop/exchange/1"

var block = makeBlock()

func makeBlock() []byte {
	made := make([]byte, 65536)
	for i := range made {
		made[i] = byte(i*31 + 7)
	}
	return made
}

func sendPattern(to io.Writer, size uint64) ([]byte, error) {
	hash := sha256.New()
	for left := size; left > 0; {
		part := block[:min(left, uint64(len(block)))]
		hash.Write(part)
		if _, err := to.Write(part); err != nil {
			return nil, err
		}
		left -= uint64(len(part))
	}
	return hash.Sum(nil), nil
}

func receiveDigest(from io.Reader, size uint64) ([]byte, error) {
	hash := sha256.New()
	_, err := io.CopyN(hash, from, int64(size))
	return hash.Sum(nil), err
}

func serveExchange(stream network.Stream) {
	defer stream.Close()
	var size uint64
	if binary.Read(stream, binary.BigEndian, &size) != nil {
		return
	}
	digest, err := receiveDigest(stream, size)
	if err != nil {
		return
	}
	if _, err := stream.Write(digest); err != nil {
		return
	}
	if sent, err := sendPattern(stream, size); err == nil {
		stream.Write(sent)
	}
}

func openExchange(stream network.Stream, size uint64) (answer, error) {
	if err := binary.Write(stream, binary.BigEndian, size); err != nil {
		return nil, err
	}
	sent, err := sendPattern(stream, size)
	if err != nil {
		return nil, err
	}
	confirmed := make([]byte, sha256.Size)
	if _, err := io.ReadFull(stream, confirmed); err != nil {
		return nil, err
	}
	received, err := receiveDigest(stream, size)
	if err != nil {
		return nil, err
	}
	claimed := make([]byte, sha256.Size)
	if _, err := io.ReadFull(stream, claimed); err != nil {
		return nil, err
	}
	return answer{"ok": true, "sent_equal": bytes.Equal(sent, confirmed), "received_equal": bytes.Equal(received, claimed)}, nil
}
