import type { z } from 'zod'

/** A question of the window and its answer, each with a validator. */
export interface Request<In extends z.ZodType = z.ZodType, Out extends z.ZodType = z.ZodType> {
  readonly input: In
  readonly output: Out
}
export const request = <In extends z.ZodType, Out extends z.ZodType>(input: In, output: Out): Request<In, Out> => ({
  input,
  output,
})

/** News from main to the window. */
export interface Event<Payload extends z.ZodType = z.ZodType> {
  readonly payload: Payload
}
export const event = <Payload extends z.ZodType>(payload: Payload): Event<Payload> => ({ payload })

export type Requests = Readonly<Record<string, Request>>
export type Events = Readonly<Record<string, Event>>
