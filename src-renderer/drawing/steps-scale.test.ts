import { describe, expect, it } from 'vitest'
import { parseSteps, positionOfSteps, STEP_MARKS, STEPS_SLIDER_MAX, stepsAfterKey, stepsAtPosition } from './steps-scale'

describe('the steps slider', () => {
  it('reaches every whole number from 1 to 128 and gives each back', () => {
    for (let steps = 1; steps <= 128; steps++) expect(stepsAtPosition(positionOfSteps(steps))).toBe(steps)
  })

  it('puts the marks at equal distances from end to end', () => {
    const positions = STEP_MARKS.map(positionOfSteps)
    expect(positions[0]).toBe(0)
    expect(positions.at(-1)).toBe(STEPS_SLIDER_MAX)
    positions.slice(1).forEach((position, i) => expect(position - positions[i]!).toBeCloseTo(STEPS_SLIDER_MAX / 7))
  })

  it('stands at its end for more steps than it has', () => {
    expect(positionOfSteps(1000)).toBe(STEPS_SLIDER_MAX)
  })

  it('moves on at every key press and reaches both ends through all marks', () => {
    const up = [1]
    while (up.at(-1)! < 128) up.push(stepsAfterKey(up.at(-1)!, 1))
    expect(up.slice(0, 12)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16])
    expect(up).toEqual(expect.arrayContaining([...STEP_MARKS]))
    const down = [128]
    while (down.at(-1)! > 1) down.push(stepsAfterKey(down.at(-1)!, -1))
    expect(down.reverse()).toEqual(up)
  })

  it('stays within 1 and 128 by keys', () => {
    expect(stepsAfterKey(1, -1)).toBe(1)
    expect(stepsAfterKey(128, 1)).toBe(128)
  })
})

describe('typed steps', () => {
  it('accepts whole numbers from 1 to 1000', () => {
    expect(parseSteps(' 50 ')).toBe(50)
    expect(parseSteps('1000')).toBe(1000)
  })

  it('refuses anything else', () => {
    for (const text of ['', '0', '1001', '-3', '2.5', '1e2', 'NaN', 'ten']) expect(parseSteps(text)).toBeUndefined()
  })
})
