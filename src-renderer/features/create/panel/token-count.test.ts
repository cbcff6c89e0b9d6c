import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { askAfterPause, isWorthSaying, mayBeLong, PAUSE_MS } from './token-count'

describe('the length of a prompt', () => {
  it('is said past 200 of 256, and past the same share of another limit', () => {
    expect([200, 201, 300].map((tokens) => isWorthSaying({ tokens, most: 256 }))).toEqual([false, true, true])
    expect([50, 51].map((tokens) => isWorthSaying({ tokens, most: 64 }))).toEqual([false, true])
  })

  it('is not asked for where it cannot be worth saying', () => {
    expect(mayBeLong('x'.repeat(198), 256)).toBe(false)
    expect(mayBeLong('x'.repeat(199), 256)).toBe(true)
    expect(mayBeLong('', 64)).toBe(false)
  })

  it('counts letters beyond ASCII, backslashes and line ends as their escapes', () => {
    expect([33, 34].map((letters) => mayBeLong('—'.repeat(letters), 256))).toEqual([false, true])
    expect([16, 17].map((pairs) => mayBeLong('🦊'.repeat(pairs), 256))).toEqual([false, true])
    expect([99, 100].map((slashes) => mayBeLong('\\'.repeat(slashes), 256))).toEqual([false, true])
  })

  it('is nothing to a model that reads no prompts', () => {
    expect(mayBeLong('x'.repeat(1000), 0)).toBe(false)
  })
})

describe('a question while typing', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is asked once, after the last letter', async () => {
    const asked: string[] = []
    const told: string[] = []
    let cancel = (): void => undefined
    for (const text of ['a', 'a f', 'a fox']) {
      cancel()
      const ask = async () => {
        asked.push(text)
        return Promise.resolve(text)
      }
      cancel = askAfterPause(ask, (answer) => told.push(answer))
      await vi.advanceTimersByTimeAsync(PAUSE_MS - 1)
    }
    expect(asked).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(asked).toEqual(['a fox'])
    expect(told).toEqual(['a fox'])
  })

  it('is not told an answer that comes after the next letter', async () => {
    const told: string[] = []
    const late = async () => new Promise<string>((resolve) => setTimeout(() => resolve('late'), 1000))
    const cancel = askAfterPause(late, (answer) => told.push(answer))
    await vi.advanceTimersByTimeAsync(PAUSE_MS + 1)
    cancel()
    await vi.advanceTimersByTimeAsync(2000)
    expect(told).toEqual([])
  })
})
