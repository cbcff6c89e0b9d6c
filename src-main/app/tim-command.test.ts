import { expect, test } from 'vitest'
import { timCommand } from './tim-command'

test('what stands after -- is the command, and only where the launcher asked for it', () => {
  const asked = ['tim-studio', '--tim', '--log-level=3', '--', 'generate', 'a fox', '--', '--tim']
  expect(timCommand(asked)).toEqual(['generate', 'a fox', '--', '--tim'])
  expect(timCommand(['tim-studio', '--tim', '--'])).toEqual([])
  expect(timCommand(['tim-studio'])).toBeUndefined()
  expect(timCommand(['electron', '.', '--', '--tim'])).toBeUndefined()
})
