using OutputGrad.Engine.Tile;
using Xunit;

namespace OutputGrad.Tests.Engine;

/// <summary><see cref="Panels"/>: how a row of vectors is cut.</summary>
public class PanelsTests
{
    [Fact]
    public void EveryVectorIsInOnePanelOfTwoOrThree()
    {
        for (int vectors = 1; vectors <= 100; vectors++)
        {
            int covered = 0;
            for (int panel = 0; panel < Panels.Count(vectors); panel++)
            {
                Assert.Equal(covered, Panels.Start(panel, vectors));
                int width = Panels.Width(panel, vectors);
                Assert.InRange(width, vectors == 1 ? 1 : 2, 3);
                covered += width;
            }

            Assert.Equal(vectors, covered);
            Assert.Equal(vectors, Panels.Start(Panels.Count(vectors), vectors));
        }
    }

    [Fact]
    public void NoVectorsTakeNoPanels() => Assert.Equal(0, Panels.Count(0));
}
