it.only('hides the others', () => undefined);

it('is hidden', () => undefined);
