import { describe, expect, it } from 'vitest'
import { caption } from './captions'

const plain = { styleWord: 0, phrase: 0 }

describe('caption', () => {
  it('speaks of style and background where they are given', () => {
    const subject = { name: 'owl', style: 1, background: 6 }
    expect(caption(subject, { ...plain, template: 0 })).toBe('a 3d icon of an owl on green')
    expect(caption(subject, { ...plain, template: 1 })).toBe('owl, 3d, on green')
    expect(caption(subject, { template: 2, styleWord: 1, phrase: 1 })).toBe('an owl in shiny 3d style on a green background')
  })

  it('is silent about what is not given', () => {
    expect(caption({ name: 'unicorn' }, { ...plain, template: 0 })).toBe('an icon of a unicorn')
    expect(caption({ name: 'fox' }, { ...plain, template: 1 })).toBe('fox')
    expect(caption({ name: 'fox' }, { ...plain, template: 2 })).toBe('a fox')
  })

  it('gives no article to what has none', () => {
    expect(caption({ name: 'grapes', style: 0 }, { ...plain, template: 2 })).toBe('grapes in flat style')
  })
})
