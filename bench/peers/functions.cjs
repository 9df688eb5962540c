/** The function that every side of the comparison calls. */
exports.weigh = (values, factor) => {
  let sum = 0;
  for (const value of values) sum += value * factor;
  return sum;
};
