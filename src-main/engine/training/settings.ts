/** How a run trains. A contract, since the window and run files speak of it too. */
export { TrainingSettings } from '#shared/schema/training-settings'
