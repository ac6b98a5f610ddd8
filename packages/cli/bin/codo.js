#!/usr/bin/env node
require("../dist/codo.cjs");
