import { expect, test } from 'vitest'
import { limitsAt } from './weak'

const hands = 'Small text and hands are weak.'
const large = 'Artifacts may show near 3072×4096.'
const alone = 'It was trained at 256×256 alone: other sizes come out worse.'

test('what is weak at any size is told at any; artifacts of large pictures near theirs', () => {
  expect(limitsAt({ width: 1024, height: 1024 }, 1024, [hands, large])).toEqual([hands])
  expect(limitsAt({ width: 4096, height: 3072 }, 1024, [hands, large])).toEqual([hands, large])
  expect(limitsAt({ width: 3072, height: 3328 }, 1024, [large])).toEqual([large])
})

test('that other sizes are worse is told at other sizes', () => {
  expect(limitsAt({ width: 256, height: 256 }, 256, [alone])).toEqual([])
  expect(limitsAt({ width: 256, height: 384 }, 256, [alone])).toEqual([alone])
})
