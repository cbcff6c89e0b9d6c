import { Settings } from '#shared/schema/settings'
import { useState } from 'react'
import { useSettings } from '../../state/settings'
import { Group, Line } from './line'

/** Where models are downloaded from. */
export function Hub() {
  const mirror = useSettings((state) => state.mirror)
  const [typed, setTyped] = useState<string>()
  const text = typed ?? mirror
  const valid = Settings.shape.mirror.safeParse(text.trim()).success
  const commit = () => {
    if (typed !== undefined && valid) useSettings.setState({ mirror: typed.trim() })
    if (valid) setTyped(undefined)
  }
  return (
    <Group title="Downloads">
      <Line
        label="Mirror"
        note={
          valid
            ? 'Empty: huggingface.co itself. A mirror is never given your token.'
            : 'An address begins with https:// or http://.'
        }
      >
        <input
          aria-label="Mirror"
          aria-invalid={!valid}
          value={text}
          placeholder="https://…"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => event.key === 'Enter' && commit()}
          className="field h-7 w-full px-2"
        />
      </Line>
    </Group>
  )
}
