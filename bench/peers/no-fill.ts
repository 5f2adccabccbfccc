/** Why a peer has no figure beside a great many other jobs. */
export const NO_FILL = 'its tables cannot be filled so far within the time of a run'
