"""``descale report``: one page, for the browser, on what a run took away and why."""
