import { expect, it } from 'vitest'
import { examplesOf } from './examples'

it("takes the model's own prompts first and always offers six different ones", () => {
  const ours = examplesOf(undefined)
  expect(ours).toHaveLength(6)
  const theirs = examplesOf({ prompts: ['a mountain lake at dawn', ours[0]!] })
  expect(theirs.slice(0, 2)).toEqual(['a mountain lake at dawn', ours[0]])
  expect(new Set(theirs).size).toBe(6)
  expect(examplesOf({ prompts: Array.from({ length: 9 }, (_, i) => `prompt ${i}`) })).toHaveLength(6)
})
