import type { Settings } from '#shared/schema/settings'
import { useSettings } from '../../state/settings'
import { Segments } from '../../ui/segments'
import { Group, Line } from './line'

const THEMES: readonly { readonly value: Settings['theme']; readonly label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
]

/** How the studio looks. */
export function Look() {
  const theme = useSettings((state) => state.theme)
  return (
    <Group title="Window">
      <Line label="Colours">
        <Segments name="Colours" value={theme} options={THEMES} onChange={(chosen) => useSettings.setState({ theme: chosen })} />
      </Line>
    </Group>
  )
}
