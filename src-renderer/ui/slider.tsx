import { clsx } from 'clsx'
import { Slider as Radix } from 'radix-ui'
import type { KeyboardEvent } from 'react'

interface SliderProps {
  readonly values: readonly number[]
  readonly min: number
  readonly max: number
  readonly step?: number
  /** Accessible name of each thumb. */
  readonly names: readonly string[]
  /** What a screen reader says for the value of each thumb. */
  readonly spoken?: readonly string[]
  readonly disabled?: boolean
  readonly onChange: (values: readonly number[]) => void
  /** Takes arrow keys over, for scales where a fixed step would be without effect. */
  readonly onArrow?: (direction: 1 | -1) => void
}

const ARROWS: Readonly<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }

/** A slider with one thumb, or two for an interval. */
export function Slider({ values, min, max, step = 1, names, spoken, disabled, onChange, onArrow }: SliderProps) {
  const onKeyDownCapture = (event: KeyboardEvent) => {
    const direction = ARROWS[event.key]
    if (onArrow === undefined || direction === undefined || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    onArrow(direction)
  }
  return (
    <Radix.Root
      value={[...values]}
      min={min}
      max={max}
      step={step}
      disabled={disabled ?? false}
      onValueChange={onChange}
      onKeyDownCapture={onKeyDownCapture}
      className="relative flex h-5 w-full touch-none items-center"
    >
      <Radix.Track className="relative h-1 grow rounded-full bg-raised">
        <Radix.Range className={clsx('absolute h-full rounded-full', disabled === true ? 'bg-edge' : 'bg-accent')} />
      </Radix.Track>
      {values.map((_, i) => (
        <Radix.Thumb
          key={names[i]}
          aria-label={names[i]}
          aria-valuetext={spoken?.[i]}
          className={clsx('block size-3.5 rounded-full border-2 bg-panel', disabled === true ? 'border-edge' : 'border-accent')}
        />
      ))}
    </Radix.Root>
  )
}
