import { FromDesk, type DeskTask, type FoundRecipe, type ToDesk } from '#shared/engine/desk'
import { FailureError } from '#shared/ipc/failure'
import type { PromptLength } from '#shared/schema/prompt-length'
import type { StartPicture } from '#shared/schema/start-picture'
import type { ForkFor } from './engine-process'

/** A desk that nobody asks ends after this time, in milliseconds; the next question starts another. */
const IDLE_MS = 60_000

type Answer = Extract<FromDesk, { is: 'done' }>

interface Question {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

/**
 * The process that reads and writes picture files, thumbnails, copies for other programs, recipes, and counts the tokens of prompts. It is
 * there while there is something to do. Files that end it fail the questions that are open; the next one starts it anew.
 */
export class Desk {
  private process: ReturnType<ForkFor<ToDesk>> | null = null
  private readonly questions = new Map<number, Question>()
  private asked = 0
  private idle: NodeJS.Timeout | undefined

  constructor(
    private readonly fork: ForkFor<ToDesk>,
    private readonly idleMs = IDLE_MS,
  ) {}

  /** Writes a picture's thumbnail. Rejects with a FailureError. */
  async thumbnail(file: string, out: string, side: number): Promise<void> {
    await this.ask({ kind: 'thumbnail', file, out, side })
  }

  /** Writes a copy for other programs. Rejects with a FailureError. */
  async export(task: Omit<Extract<DeskTask, { kind: 'export' }>, 'kind'>): Promise<void> {
    await this.ask({ kind: 'export', ...task })
  }

  /** What a picture file tells of how it was made. Rejects with a FailureError where the file cannot be read. */
  async recipeIn(file: string): Promise<FoundRecipe> {
    return (await this.ask({ kind: 'recipe', file })).found ?? { kind: 'none', why: '' }
  }

  /** As `recipeIn`, for a text that a person copied. */
  async recipeInText(text: string): Promise<FoundRecipe> {
    const file = 'the clipboard' as const
    return (await this.ask({ kind: 'recipe-text', file, text: text.slice(0, 200_000) })).found ?? { kind: 'none', why: '' }
  }

  /** Keeps a picture file of any kind to start from. Rejects with a FailureError. */
  async keepStart(file: string, starts: string): Promise<StartPicture> {
    const { kept } = await this.ask({ kind: 'keep-start', file, starts })
    if (kept === undefined) throw new Error('the desk kept nothing')
    return kept
  }

  /** How long a prompt is to the model in a folder. Rejects with a FailureError where its tokenizer cannot be read. */
  async promptLength(model: string, prompt: string): Promise<PromptLength> {
    const { length } = await this.ask({ kind: 'tokens', file: model, prompt })
    if (length === undefined) throw new Error('the desk counted nothing')
    return length
  }

  close(): void {
    clearTimeout(this.idle)
    this.process?.kill()
    this.process = null
  }

  private async ask(task: DeskTask): Promise<Answer> {
    clearTimeout(this.idle)
    const desk = (this.process ??= this.open())
    const ask = ++this.asked
    return new Promise((resolve, reject) => {
      this.questions.set(ask, { resolve, reject })
      desk.send({ ask, task })
    })
  }

  private open(): ReturnType<ForkFor<ToDesk>> {
    const process = this.fork()
    process.onMessage((raw) => this.process === process && this.hear(raw))
    process.onExit((how) => this.process === process && this.died(how))
    return process
  }

  private hear(raw: unknown): void {
    const message = FromDesk.safeParse(raw)
    if (!message.success) {
      this.process?.kill()
      return this.died(`it sent a message that is none: ${message.error.message}`)
    }
    const said = message.data
    const question = this.questions.get(said.ask)
    this.questions.delete(said.ask)
    if (said.is === 'done') question?.resolve(said)
    else question?.reject(new FailureError(said.failure))
    if (this.questions.size > 0) return
    this.idle = setTimeout(() => this.close(), this.idleMs)
    this.idle.unref()
  }

  private died(how: string): void {
    this.process = null
    const open = [...this.questions.values()]
    this.questions.clear()
    const failure = {
      code: 'engine-crashed' as const,
      message: 'The process that reads and writes picture files stopped unexpectedly.',
      remedy: 'Try again; if it happens again with the same picture, that file is damaged.',
      detail: `desk: ${how}`,
    }
    for (const { reject } of open) reject(new FailureError(failure))
  }
}
