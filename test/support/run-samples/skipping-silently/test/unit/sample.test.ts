it('passes', () => undefined);

it.skip('is skipped without a reason', () => undefined);

it('has no body, which mocha also counts as skipped');
