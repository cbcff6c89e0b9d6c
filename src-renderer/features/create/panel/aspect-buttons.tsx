import { clsx } from 'clsx'
import { ToggleGroup } from 'radix-ui'
import { type Aspect, type PictureSize } from '../../../drawing/size'
import { Tooltip } from '../../../ui/tooltip'
import { dimensions } from '../../../words/dimensions'

interface AspectButtonsProps {
  readonly aspects: readonly Aspect[]
  readonly chosen: Aspect | undefined
  readonly onChoose: (aspect: Aspect) => void
  readonly sizeOf: (aspect: Aspect) => PictureSize
}

/** Side of the box into which each little rectangle is drawn, in px. */
const BOX = 18

/** The shapes that the model can draw, as little rectangles. */
export function AspectButtons({ aspects, chosen, onChoose, sizeOf }: AspectButtonsProps) {
  const choose = (name: string) => {
    const aspect = aspects.find((one) => one.name === name)
    if (aspect !== undefined) onChoose(aspect)
  }
  return (
    <ToggleGroup.Root type="single" value={chosen?.name ?? ''} onValueChange={choose} aria-label="Shape" className="flex gap-0.5">
      {aspects.map((aspect) => {
        const { width, height } = sizeOf(aspect)
        const scale = BOX / Math.max(aspect.across, aspect.down)
        return (
          <Tooltip key={aspect.name} text={`${aspect.name} · ${dimensions(width, height)}`}>
            <ToggleGroup.Item
              value={aspect.name}
              aria-label={`Shape ${aspect.name}`}
              className={clsx(
                'flex h-8 flex-1 items-center justify-center rounded-control transition-colors duration-100 hover:bg-raised',
                aspect === chosen && 'bg-raised',
              )}
            >
              <span
                className={clsx('rounded-[2px] border-[1.5px]', aspect === chosen ? 'border-accent' : 'border-edge')}
                style={{ width: Math.round(aspect.across * scale), height: Math.round(aspect.down * scale) }}
              />
            </ToggleGroup.Item>
          </Tooltip>
        )
      })}
    </ToggleGroup.Root>
  )
}
