import type { DeviceView } from '#shared/schema/device'
import type { Precision, Provider } from '#shared/schema/recipe'
import { useDevices } from '../../state/devices'
import { useSettings } from '../../state/settings'
import { NumberField } from '../../ui/number-field'
import { Select } from '../../ui/select'
import { byteSize } from '../../words/dimensions'
import { PRECISIONS } from '../../words/precision'
import { providerName } from '../../words/providers'
import { Group, Line } from './line'

const CHOICES = ['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const

const IMPORTED = [
  { value: 'published', label: 'As published' },
  ...PRECISIONS.filter(({ value }) => value !== 'f32').map(({ value, label, what }) => ({ value, label, hint: what })),
]

const GIGABYTE = 1e9

const wholeUpTo = (most: number) => (text: string) => {
  const count = /^\s*\d{1,4}\s*$/.test(text) ? Number(text) : NaN
  return count >= 0 && count <= most ? count : undefined
}

function parseGigabytes(text: string): number | undefined {
  const gigabytes = /^\s*\d{1,5}([.,]\d)?\s*$/.test(text) ? Number(text.replace(',', '.')) : NaN
  return gigabytes >= 0 ? gigabytes : undefined
}

/** With what pictures are drawn, and what that may take. */
export function Drawing() {
  const { provider, threads, memoryLimit, importPrecision } = useSettings()
  const devices = useDevices((state) => state.devices)
  const options = CHOICES.map((value) => optionOf(value, devices))
  const chooseImported = (value: string) =>
    useSettings.setState({ importPrecision: value === 'published' ? null : (value as Precision) })
  return (
    <Group title="Drawing">
      <Line label="Draw with" note={whyNot(provider, devices)}>
        <Select
          name="Draw with"
          value={provider}
          options={options}
          onChange={(value) => useSettings.setState({ provider: value as typeof provider })}
        />
      </Line>
      <Line label="Threads" note={threads === 0 ? `0: all ${devices?.cores ?? ''} cores.` : undefined}>
        <NumberField
          name="Threads"
          value={threads}
          parse={wholeUpTo(256)}
          onCommit={(count) => useSettings.setState({ threads: count })}
          className="w-20"
        />
      </Line>
      <Line
        label="Memory limit"
        note={
          memoryLimit === 0
            ? `0: what is free of ${devices === undefined ? 'the memory' : byteSize(devices.memoryBytes)}.`
            : 'A picture that needs more is refused, with what would make it fit.'
        }
      >
        <span className="flex items-center gap-2">
          <NumberField
            name="Memory limit in gigabytes"
            value={memoryLimit / GIGABYTE}
            parse={parseGigabytes}
            onCommit={(gigabytes) => useSettings.setState({ memoryLimit: Math.round(gigabytes * GIGABYTE) })}
            className="w-20"
          />
          GB
        </span>
      </Line>
      <Line label="Import models" note="What it costs in exactness is measured at the import, and stands on the model’s card.">
        <Select name="Precision of imports" value={importPrecision ?? 'published'} options={IMPORTED} onChange={chooseImported} />
      </Line>
    </Group>
  )
}

function optionOf(value: 'auto' | Provider, devices: DeviceView | undefined) {
  const verdict = devices?.verdicts.find((one) => one.provider === value)
  const usable = value === 'auto' || value === 'cpu' || verdict?.works === true
  const speed = verdict?.works === true ? `${Math.round(verdict.gflops)} GFLOP/s` : undefined
  return { value, label: providerName(value), disabled: !usable, hint: usable ? speed : 'unavailable' }
}

/** Why a device that was chosen does not draw. */
function whyNot(provider: 'auto' | Provider, devices: DeviceView | undefined): string | undefined {
  if (provider === 'auto') return 'Why others are unavailable stands under Models.'
  const verdict = devices?.verdicts.find((one) => one.provider === provider)
  return verdict?.works === false ? `${verdict.note}. The processor draws meanwhile.` : undefined
}
