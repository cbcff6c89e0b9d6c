import { TransportsSettings } from '#shared/schema/lab-settings'
import { makeTransport } from '../../../diffusion/transports/table'
import { defineComparison } from './comparison'
import { classTransport } from './trial'

/** As released, but for EDM, whose released step agrees with its own target at σ_d = 1 only. */
const MADE = {
  OT_FM: classTransport,
  TrigFlow: () => makeTransport('TrigFlow'),
  EDM: () => makeTransport('EDM', { sigma_d: 1 }),
  VP_SDE: () => makeTransport('VP_SDE'),
  VE_SDE: () => makeTransport('VE_SDE'),
} as const

export const transports = defineComparison<TransportsSettings>({
  name: 'transports',
  title: 'Transports',
  about: 'The five ways from picture to noise, each trained with the same network and budget. EDM at σ_d = 1.',
  settings: TransportsSettings,
  columns: [{ key: 'transport', title: 'Transport' }],
  // Each transport's target is another quantity, and so is its loss.
  comparableLosses: false,
  variants: (settings) =>
    settings.transports.map((name) => ({ key: name, name, cells: { transport: name }, transport: MADE[name]() })),
})
