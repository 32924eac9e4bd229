// A busy machine needs more than the ten seconds that the host gives a step.
const PATIENCE = 60000;

export function patient(steps) {
    return steps.map((step) => ({ timeout: PATIENCE, ...step }));
}
