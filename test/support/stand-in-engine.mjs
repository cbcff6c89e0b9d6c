import { statSync } from 'node:fs'
import { basename } from 'node:path'

/**
 * A process that speaks the engine's protocol and misbehaves as the prompt tells it, so that the host's answers to a crash,
 * a hang or nonsense can be tested with real processes. It draws nothing.
 */
const say = (message) => process.send(message)
const news = (job, what) => say({ type: 'news', job, news: what })
const step = (picture, index, of) => ({
  is: 'step',
  picture,
  index,
  of,
  t: 1 - index / of,
  r: 1 - (index + 1) / of,
  ms: 1,
  shown: true,
})
const cancelled = { code: 'cancelled', message: 'Cancelled.', remedy: 'Generate again.' }
let stop = false

const manners = {
  async draw({ job, task }) {
    for (const [picture] of task.pictures.entries()) {
      news(job, { is: 'begun', picture })
      for (let index = 0; index < task.recipe.steps; index++) {
        await new Promise(setImmediate)
        if (stop) return news(job, { is: 'failed', failure: cancelled })
        news(job, step(picture, index, task.recipe.steps))
      }
      news(job, { is: 'made', picture, recipe: task.recipe, cost: { onceMs: 1, passMs: 2, stepMs: 3, tookMs: 10 } })
    }
    news(job, { is: 'finished' })
  },
  /** Dies as a process does that reads a mapped file beyond its end. */
  'bus error': ({ job, task }) => {
    const { size, mtimeNs, ino } = statSync(task.model, { bigint: true })
    const file = { path: task.model, size: Number(size), modified: String(mtimeNs), inode: String(ino) }
    say({ type: 'mapped', files: [file] })
    news(job, { is: 'begun', picture: 0 })
    process.once('message', () => process.kill(process.pid, 'SIGBUS'))
  },
  crash: ({ job }) => {
    news(job, { is: 'begun', picture: 0 })
    process.kill(process.pid, 'SIGKILL')
  },
  /** Blocks its thread as a computation does: no message is heard. */
  hang: ({ job }) => {
    news(job, step(0, 0, 9))
    for (;;);
  },
  babble: () => say({ type: 'news', job: 7, news: 'what?' }),
  refuse: ({ job }) => news(job, { is: 'failed', failure: { code: 'out-of-memory', message: 'Too big.', remedy: 'Smaller.' } }),
}

process.on('message', (message) => {
  if (message.type === 'run') {
    stop = false
    const manner = manners[message.task.recipe.prompt] ?? manners.draw
    void manner(message)
  }
  if (message.type === 'cancel') stop = true
  if (message.type === 'list-models') {
    if (message.places.length === 0) process.exit(3)
    say({ type: 'models', ask: message.ask, models: [] })
  }
})
// Errands behave as the model, or the file, they are about tells.
const subjectOf = ({ kind, model, given }) => (kind === 'download' ? 'downloads' : basename(model ?? given[0]))
const errands = {
  plans: ({ downloads }) => {
    const plan = {
      model: 'plans',
      title: 'Plans',
      hub: 'https://hub',
      parts: [],
      local: {},
      folder: downloads,
      bytes: 9,
      missing: 9,
      free: 99,
    }
    say({ type: 'errand', news: { is: 'planned', plan } })
    say({ type: 'errand', news: { is: 'finished' } })
  },
  crashes: () => process.kill(process.pid, 'SIGKILL'),
  babbles: () => say({ type: 'errand', news: 7 }),
  waits: () => undefined,
  imports: () => {
    const progress = { phase: 'importing', what: 'x', done: 1, total: 9, rate: 0, secondsLeft: null }
    say({ type: 'errand', news: { is: 'note', text: 'A note.' } })
    say({ type: 'errand', news: { is: 'progress', progress } })
    say({ type: 'errand', news: { is: 'installed', name: 'imports', error: 0.01 } })
    say({ type: 'errand', news: { is: 'finished' } })
  },
  verifies: () => {
    say({ type: 'errand', news: { is: 'verified', files: 2, bytes: 9 } })
    say({ type: 'errand', news: { is: 'finished' } })
  },
  removes: () => {
    say({ type: 'errand', news: { is: 'removed', freed: 9, kept: ['text'] } })
    say({ type: 'errand', news: { is: 'finished' } })
  },
  downloads: () => {
    const progress = { phase: 'fetching', what: 'x', done: 1, total: 9, rate: 0, secondsLeft: null }
    say({ type: 'errand', news: { is: 'progress', progress } })
    if (process.env['STAND_IN'] === 'stays') return
    say({ type: 'errand', news: { is: 'note', text: 'A note.' } })
    say({ type: 'errand', news: { is: 'installed', name: 'plans' } })
    say({ type: 'errand', news: { is: 'finished' } })
  },
}
process.on('message', (message) => {
  if (message.type === 'errand') errands[subjectOf(message.errand)](message.errand)
  const failure = cancelled
  if (message.type === 'stop-errand') say({ type: 'errand', news: { is: 'failed', failure } })
})

if (process.env['STAND_IN'] === 'dies at start') process.exit(1)
say({ type: 'ready', providers: ['cpu'] })
