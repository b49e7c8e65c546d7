using Reconciler.Operator;

return await OperatorCommand.Create().Parse(args).InvokeAsync();
