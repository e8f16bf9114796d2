// SPDX-License-Identifier: BSD-3-Clause
// Node 20 lacks Promise.withResolvers, which js-libp2p 3 uses; Node 22 has it.
Promise.withResolvers ??= function () {
  let resolve, reject
  const promise = new Promise((yes, no) => { resolve = yes; reject = no })
  return { promise, resolve, reject }
}
