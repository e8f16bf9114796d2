// SPDX-License-Identifier: BSD-3-Clause
// Members of a voting group under the published brb crate: a thread each, packets through channels, nothing
// serialised, signed with the crate's own Ed25519. Each member has one operation under way, as the crate allows
// no more. Usage: brb_crate MEMBERS OP_BYTES RATE SECONDS; RATE: operations per second of all members, 0 = as
// many as go. Prints one line of JSON.
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{channel, Receiver, Sender};
use std::sync::Arc;
use std::time::{Duration, Instant};

use brb::deterministic_brb::Op;
use brb::net::{Actor, Packet, State};
use brb::{BRBDataType, Payload};

const WARM_UP: Duration = Duration::from_secs(1);
const LOOK_AGAIN: Duration = Duration::from_millis(20);
const LATENCIES_MAX: usize = 100_000;

/// The last value written; whatever is written is valid.
#[derive(Debug)]
struct Register(Vec<u8>);

impl BRBDataType<Actor> for Register {
    type Op = Vec<u8>;
    type ValidationError = std::convert::Infallible;

    fn new(_: Actor) -> Self {
        Register(Vec::new())
    }
    fn validate(&self, _: &Actor, _: &Vec<u8>) -> Result<(), Self::ValidationError> {
        Ok(())
    }
    fn apply(&mut self, op: Vec<u8>) {
        self.0 = op;
    }
}

type Letter = Packet<Vec<u8>>;

struct Counters {
    delivered: AtomicU64,
    sent: AtomicU64,
}

struct Member {
    brb: State<Register>,
    others: HashMap<Actor, Sender<Letter>>,
    inbox: Receiver<Letter>,
    counters: Arc<Counters>,
    measuring: Arc<AtomicBool>,
    ended: Arc<AtomicBool>,
    value: Vec<u8>,
    gap: Option<Duration>, // between own operations; none = the next as soon as the last is delivered
    under_way: Option<Instant>,
    latencies_ms: Vec<f64>,
}

impl Member {
    fn serve(mut self) -> Vec<f64> {
        let mut due = Instant::now();
        while !self.ended.load(Relaxed) {
            let now = Instant::now();
            if self.under_way.is_none() && due <= now {
                self.under_way = Some(if self.gap.is_some() { due } else { now });
                let packets = self.brb.exec_op(self.value.clone()).expect("an own operation");
                self.route(packets);
                due = self.gap.map_or(now, |gap| due + gap);
                continue;
            }
            let patience = if self.under_way.is_none() { due - now } else { LOOK_AGAIN };
            if let Ok(packet) = self.inbox.recv_timeout(patience.min(LOOK_AGAIN)) {
                self.handle(packet);
            }
        }
        self.latencies_ms
    }

    fn route(&mut self, packets: Vec<Letter>) {
        let mut own = VecDeque::new();
        self.split(packets, &mut own);
        while let Some(packet) = own.pop_front() {
            let answers = self.taken(packet);
            self.split(answers, &mut own);
        }
    }

    fn split(&mut self, packets: Vec<Letter>, own: &mut VecDeque<Letter>) {
        for packet in packets {
            if packet.dest == self.brb.actor() {
                own.push_back(packet);
            } else {
                self.counters.sent.fetch_add(1, Relaxed);
                // Who has ended hears nothing more.
                let _ = self.others[&packet.dest].send(packet);
            }
        }
    }

    fn handle(&mut self, packet: Letter) {
        let answers = self.taken(packet);
        self.route(answers);
    }

    fn taken(&mut self, packet: Letter) -> Vec<Letter> {
        let source = match &packet.payload {
            Payload::BRB(Op::ProofOfAgreement { msg, .. }) => Some(msg.dot.actor),
            _ => None,
        };
        let confirms_late = matches!(&packet.payload, Payload::BRB(Op::Delivered { .. }));
        match self.brb.handle_packet(packet) {
            Ok(answers) => {
                if let Some(actor) = source {
                    self.delivered(actor);
                }
                answers
            }
            // Confirmations beyond the quorum find nothing that waits for them.
            Err(_) if confirms_late => Vec::new(),
            Err(error) => panic!("refused: {:?}", error),
        }
    }

    fn delivered(&mut self, source: Actor) {
        self.counters.delivered.fetch_add(1, Relaxed);
        if source != self.brb.actor() {
            return;
        }
        if let Some(begun) = self.under_way.take() {
            if self.measuring.load(Relaxed) && self.latencies_ms.len() < LATENCIES_MAX {
                self.latencies_ms.push(begun.elapsed().as_secs_f64() * 1e3);
            }
        }
    }
}

fn percentile(sorted: &[f64], per_cent: usize) -> f64 {
    sorted[(sorted.len() * per_cent / 100).min(sorted.len() - 1)]
}

fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|word| word.parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}

fn main() {
    let arguments: Vec<f64> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let [members, op_bytes, rate, seconds] = arguments[..] else {
        eprintln!("usage: brb_crate MEMBERS OP_BYTES RATE SECONDS");
        std::process::exit(2);
    };
    let mut states: Vec<State<Register>> = (0..members as usize).map(|_| State::new()).collect();
    let actors: Vec<Actor> = states.iter().map(State::actor).collect();
    for state in &mut states {
        actors.iter().for_each(|actor| state.force_join(*actor));
    }
    let (senders, inboxes): (Vec<_>, Vec<_>) = actors.iter().map(|_| channel::<Letter>()).unzip();
    let addresses: HashMap<Actor, Sender<Letter>> = actors.into_iter().zip(senders).collect();
    let measuring = Arc::new(AtomicBool::new(false));
    let ended = Arc::new(AtomicBool::new(false));
    let mut all_counters = Vec::new();
    let mut threads = Vec::new();
    for (brb, inbox) in states.into_iter().zip(inboxes) {
        let counters = Arc::new(Counters { delivered: AtomicU64::new(0), sent: AtomicU64::new(0) });
        all_counters.push(counters.clone());
        let member = Member {
            brb,
            others: addresses.clone(),
            inbox,
            counters,
            measuring: measuring.clone(),
            ended: ended.clone(),
            value: vec![b'x'; op_bytes as usize],
            gap: if rate > 0.0 { Some(Duration::from_secs_f64(members / rate)) } else { None },
            under_way: None,
            latencies_ms: Vec::new(),
        };
        threads.push(std::thread::spawn(move || member.serve()));
    }
    let warm_up = WARM_UP.min(Duration::from_secs_f64(seconds));
    std::thread::sleep(warm_up);
    let read = || -> Vec<(u64, u64)> {
        all_counters.iter().map(|one| (one.delivered.load(Relaxed), one.sent.load(Relaxed))).collect()
    };
    measuring.store(true, Relaxed);
    let (before, begun) = (read(), Instant::now());
    std::thread::sleep(Duration::from_secs_f64(seconds));
    let (after, span) = (read(), begun.elapsed().as_secs_f64());
    ended.store(true, Relaxed);
    let rss_mb = resident_mb();
    let mut latencies: Vec<f64> =
        threads.into_iter().flat_map(|thread| thread.join().expect("a member that did not panic")).collect();
    latencies.sort_by(f64::total_cmp);
    let delivered: Vec<f64> = after.iter().zip(&before).map(|(a, b)| (a.0 - b.0) as f64).collect();
    let sent: f64 = after.iter().zip(&before).map(|(a, b)| (a.1 - b.1) as f64).sum();
    let mean = delivered.iter().sum::<f64>() / members;
    let least = delivered.iter().copied().fold(f64::INFINITY, f64::min);
    if least == 0.0 || latencies.is_empty() {
        eprintln!("brb_crate: nothing was delivered");
        std::process::exit(1);
    }
    println!(
        "{{\"ops_s\":{},\"p50_ms\":{},\"p99_ms\":{},\"messages_per_op\":{},\"rss_mb\":{}}}",
        least / span,
        percentile(&latencies, 50),
        percentile(&latencies, 99),
        sent / mean,
        rss_mb
    );
}
