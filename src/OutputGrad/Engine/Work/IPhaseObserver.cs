namespace OutputGrad.Engine.Work;

/// <summary>Sees a call item by item, for those who compute from the items' times what many threads would do with them.</summary>
internal interface IPhaseObserver
{
    /// <summary>A phase begins.</summary>
    /// <param name="name">The name of what its items do.</param>
    void Begin(string name);

    /// <summary>An item of it is done.</summary>
    void EndItem();
}
