import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** One run in PyTorch: wall seconds, highest resident size of its process so far in bytes, threads used. */
export interface PeerRun {
  readonly seconds: number
  readonly peak: number
  readonly threads: number
}

export interface Peer {
  /** Runs `what` of worker.py once, after a first time that warms up. Throws where PyTorch fails, with what it said. */
  time(what: string, given: Readonly<Record<string, number | boolean>>): Promise<PeerRun>
  close(): void
}

/**
 * PyTorch in a process of its own, so that a bench can take turns with it. `undefined` unless TIM_PEER names a Python with
 * torch, timm, einops, peft, diffusers and transformers, and TIM_PEER_CODE a checkout of the released code (WZDTHU/TiM).
 */
export function openPeer(): Peer | undefined {
  const { TIM_PEER: python, TIM_PEER_CODE: code } = process.env
  if (python === undefined || code === undefined) return undefined
  const child = spawn(python, [join(import.meta.dirname, 'worker.py')], { stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)))
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', (status) => reject(new Error(`PyTorch ended (${status}): ${said}`)))
  })
  // Closed on purpose it ends too, when nobody waits for an answer.
  ended.catch(() => undefined)
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    async time(what, given) {
      child.stdin.write(`${JSON.stringify({ what, ...given })}\n`)
      const answer = await Promise.race([answers.next(), ended])
      if (answer.done) return ended
      return JSON.parse(answer.value) as PeerRun
    },
    close: () => child.kill(),
  }
}
