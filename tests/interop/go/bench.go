// SPDX-License-Identifier: BSD-3-Clause

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sort"
	"sync"
	"time"

	"bufio"
	"crypto/rand"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
)

// sinkProtocol counts what comes and answers one byte when the opener has closed its side.
const sinkProtocol = "/troupe-interop/sink/1"

func benchListen() error {
	node, err := makeNode()
	if err != nil {
		return err
	}
	node.SetStreamHandler(sinkProtocol, func(stream network.Stream) {
		io.Copy(io.Discard, stream)
		stream.Write([]byte{1})
		stream.Close()
	})
	fmt.Println(fullAddrs(node)[0])
	io.Copy(io.Discard, os.Stdin)
	return node.Close()
}

func push(node host.Host, to peer.ID, size int) error {
	stream, err := node.NewStream(context.Background(), to, sinkProtocol)
	if err != nil {
		return err
	}
	for sent := 0; sent < size; sent += len(block) {
		if _, err := stream.Write(block); err != nil {
			return err
		}
	}
	stream.CloseWrite()
	_, err = io.ReadAll(stream)
	return err
}

func pushMany(node host.Host, to peer.ID, size, streams int) (float64, error) {
	begun := time.Now()
	failures := make(chan error, streams)
	var all sync.WaitGroup
	for i := 0; i < streams; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			failures <- push(node, to, size/streams)
		}()
	}
	all.Wait()
	elapsed := time.Since(begun).Seconds()
	for i := 0; i < streams; i++ {
		if err := <-failures; err != nil {
			return 0, err
		}
	}
	return float64(size) / elapsed / 1e6, nil
}

func pingTimes(node host.Host, to peer.ID, count int) ([]float64, error) {
	stream, err := node.NewStream(context.Background(), to, "/ipfs/ping/1.0.0")
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	sent, got := make([]byte, 32), make([]byte, 32)
	times := []float64{}
	for i := 0; i < count; i++ {
		rand.Read(sent)
		begun := time.Now()
		if _, err := stream.Write(sent); err != nil {
			return nil, err
		}
		if _, err := io.ReadFull(stream, got); err != nil {
			return nil, err
		}
		times = append(times, float64(time.Since(begun).Nanoseconds())/1000)
	}
	sort.Float64s(times)
	return times, nil
}

func handshakeRate(addr string, count int) (float64, error) {
	node, err := makeNode()
	if err != nil {
		return 0, err
	}
	defer node.Close()
	begun := time.Now()
	for i := 0; i < count; i++ {
		to, err := connect(context.Background(), node, addr)
		if err != nil {
			return 0, err
		}
		if err := node.Network().ClosePeer(to); err != nil {
			return 0, err
		}
	}
	return float64(count) / time.Since(begun).Seconds(), nil
}

func benchDial(megabytes int) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	child := exec.Command(self, "bench-listen")
	input, _ := child.StdinPipe()
	output, _ := child.StdoutPipe()
	if err := child.Start(); err != nil {
		return err
	}
	defer child.Wait()
	defer input.Close()
	lines := bufio.NewScanner(output)
	lines.Scan()
	addr := lines.Text()
	node, err := makeNode()
	if err != nil {
		return err
	}
	defer node.Close()
	to, err := connect(context.Background(), node, addr)
	if err != nil {
		return err
	}
	result, err := figures(node, to, addr, megabytes*1000000)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}

func figures(node host.Host, to peer.ID, addr string, size int) (answer, error) {
	stream, err := pushMany(node, to, size, 1)
	if err != nil {
		return nil, err
	}
	streams8, err := pushMany(node, to, size, 8)
	if err != nil {
		return nil, err
	}
	idle, err := pingTimes(node, to, 2000)
	if err != nil {
		return nil, err
	}
	bulk := make(chan error, 1)
	go func() { bulk <- push(node, to, size) }()
	loaded, err := pingTimes(node, to, 50)
	if err != nil {
		return nil, err
	}
	if err := <-bulk; err != nil {
		return nil, err
	}
	handshakes, err := handshakeRate(addr, 60)
	return answer{"stream_mb_s": stream, "streams8_mb_s": streams8, "ping_p50_us": idle[len(idle)/2],
		"ping_p99_us": idle[len(idle)*99/100], "ping_loaded_p50_us": loaded[len(loaded)/2], "handshakes_s": handshakes}, err
}
