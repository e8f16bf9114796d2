// SPDX-License-Identifier: BSD-3-Clause

// A go-libp2p node driven over JSON lines; the commands are in ../README.md, the js peer takes the same ones.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	tls "github.com/libp2p/go-libp2p/p2p/security/tls"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	"github.com/multiformats/go-multiaddr"
)

type command struct {
	Cmd      string `json:"cmd"`
	Addr     string `json:"addr"`
	Peer     string `json:"peer"`
	Count    int    `json:"count"`
	Size     uint64 `json:"size"`
	Protocol string `json:"protocol"`
}

type answer map[string]any

func fail(err error) answer {
	return answer{"ok": false, "error": fmt.Sprintf("%T", errors.Unwrap(err)), "message": err.Error()}
}

func connect(ctx context.Context, node host.Host, addr string) (peer.ID, error) {
	info, err := peer.AddrInfoFromString(addr)
	if err != nil {
		return "", err
	}
	return info.ID, node.Connect(ctx, *info)
}

func dial(ctx context.Context, node host.Host, asked command) answer {
	id, err := connect(ctx, node, asked.Addr)
	if err != nil {
		return fail(err)
	}
	state := node.Network().ConnsToPeer(id)[0].ConnState()
	return answer{"ok": true, "peer": id.String(), "encryption": string(state.Security), "muxer": string(state.StreamMultiplexer)}
}

func identity(node host.Host, identified map[peer.ID]event.EvtPeerIdentificationCompleted, asked command) answer {
	id, err := peer.Decode(asked.Peer)
	if err != nil {
		return fail(err)
	}
	told, known := identified[id]
	if !known {
		return fail(errors.New("not identified within 5 s"))
	}
	addrs := []string{}
	for _, each := range told.ListenAddrs {
		addrs = append(addrs, each.String())
	}
	return answer{"ok": true, "agent": told.AgentVersion, "protocols": protocol.ConvertToStrings(told.Protocols),
		"addrs": addrs, "observed": fmt.Sprint(told.ObservedAddr), "signed": told.SignedPeerRecord != nil}
}

func pings(ctx context.Context, node host.Host, asked command) answer {
	id, err := connect(ctx, node, asked.Addr)
	if err != nil {
		return fail(err)
	}
	times := []float64{}
	results := ping.Ping(ctx, node, id)
	for i := 0; i < asked.Count; i++ {
		result := <-results
		if result.Error != nil {
			return fail(result.Error)
		}
		times = append(times, float64(result.RTT.Microseconds())/1000)
	}
	return answer{"ok": true, "ms": times}
}

func exchangeWith(ctx context.Context, node host.Host, asked command) answer {
	var id peer.ID
	var err error
	if asked.Cmd == "exchange" {
		id, err = connect(ctx, node, asked.Addr)
	} else {
		id, err = peer.Decode(asked.Peer)
	}
	if err != nil {
		return fail(err)
	}
	wanted := exchangeProtocol
	if asked.Protocol != "" {
		wanted = asked.Protocol
	}
	stream, err := node.NewStream(network.WithNoDial(ctx, "commands name the connection"), id, protocol.ID(wanted))
	if err != nil {
		return fail(err)
	}
	defer stream.Close()
	outcome, err := openExchange(stream, asked.Size)
	if err != nil {
		return fail(err)
	}
	return outcome
}

func hangup(node host.Host, asked command) answer {
	id, err := peer.Decode(asked.Peer)
	if err == nil {
		err = node.Network().ClosePeer(id)
	}
	if err != nil {
		return fail(err)
	}
	return answer{"ok": true}
}

// collect waits up to 5 s for the peer's identify event, keeping every event on the way.
func collect(events event.Subscription, identified map[peer.ID]event.EvtPeerIdentificationCompleted, wanted string) {
	deadline := time.After(5 * time.Second)
	for {
		if id, err := peer.Decode(wanted); err == nil {
			if _, known := identified[id]; known {
				return
			}
		}
		select {
		case received := <-events.Out():
			told := received.(event.EvtPeerIdentificationCompleted)
			identified[told.Peer] = told
		case <-deadline:
			return
		}
	}
}

func makeNode() (host.Host, error) {
	return libp2p.New(libp2p.NoTransports, libp2p.Transport(tcp.NewTCPTransport), libp2p.Security(tls.ID, tls.New),
		libp2p.Muxer(yamux.ID, yamux.DefaultTransport), libp2p.ListenAddrStrings("/ip4/127.0.0.1/tcp/0"),
		libp2p.DisableRelay(), libp2p.ResourceManager(&network.NullResourceManager{}))
}

func fullAddrs(node host.Host) []string {
	addrs := []string{}
	for _, each := range node.Addrs() {
		addrs = append(addrs, each.Encapsulate(multiaddr.StringCast("/p2p/"+node.ID().String())).String())
	}
	return addrs
}

// main: without arguments a peer driven by commands; "bench [MEGABYTES]" and "bench-listen" are the rival of `troupe bench link`.
func main() {
	err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) > 0 && args[0] == "bench-listen" {
		return benchListen()
	}
	if len(args) > 0 && args[0] == "bench" {
		megabytes := 256
		if len(args) > 1 {
			fmt.Sscan(args[1], &megabytes)
		}
		return benchDial(megabytes)
	}
	return obeyCommands()
}

func obeyCommands() error {
	node, err := makeNode()
	if err != nil {
		return err
	}
	events, _ := node.EventBus().Subscribe(new(event.EvtPeerIdentificationCompleted))
	identified := map[peer.ID]event.EvtPeerIdentificationCompleted{}
	node.SetStreamHandler(exchangeProtocol, serveExchange)
	out := json.NewEncoder(os.Stdout)
	out.Encode(answer{"event": "ready", "peer": node.ID().String(), "addrs": fullAddrs(node)})
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var asked command
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			out.Encode(fail(err))
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
		out.Encode(obey(ctx, node, events, identified, asked))
		cancel()
		if asked.Cmd == "quit" {
			break
		}
	}
	return node.Close()
}

func obey(ctx context.Context, node host.Host, events event.Subscription,
	identified map[peer.ID]event.EvtPeerIdentificationCompleted, asked command) answer {
	switch asked.Cmd {
	case "dial":
		return dial(ctx, node, asked)
	case "hangup":
		return hangup(node, asked)
	case "identity":
		collect(events, identified, asked.Peer)
		return identity(node, identified, asked)
	case "ping":
		return pings(ctx, node, asked)
	case "exchange", "exchange_back":
		return exchangeWith(ctx, node, asked)
	case "quit":
		return answer{"ok": true}
	}
	return answer{"ok": false, "error": "unknown command"}
}
